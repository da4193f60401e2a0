"""What things are: fields, nodes, file types, usage. Pure data; knows nothing of HTTP, files or frames."""
