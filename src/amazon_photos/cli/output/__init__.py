"""What commands print: the one printer, and rows, frames and bytes in every form."""
