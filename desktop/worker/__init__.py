"""The separate process that opens untrusted PDF files, and the client that talks to it.

A PDF can hang its reader for ever or eat all memory; here that costs one small process, never the window.
Owns: the protocol, the limits around it, killing it. Does not own: where the bytes come from, or how a page is painted.
"""
