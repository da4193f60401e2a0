"""What the service reads from pictures and videos, and the small pictures it makes of them."""
