"""Search: documents, the Whoosh index, generations of bitmaps and columns over it, typed queries and their answers.

Whoosh is known here only. The index is a copy: it can be thrown away and built again from the database at any time.
"""
