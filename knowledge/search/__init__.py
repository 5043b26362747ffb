"""Search over articles: the index is written by `indexing`, read by `ranking`, asked by `find`."""
