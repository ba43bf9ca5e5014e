-- The version of an entry set aside that the person wants to hear no more of.
ALTER TABLE quarantine ADD COLUMN dismissed TEXT;
