"""How plans are made of what people give, and carried out: by the client, with a journal."""
