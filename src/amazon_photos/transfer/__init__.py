"""Bulk up and down: scan -> plan -> do. One ``Outcome`` per file; one failure never stops the rest."""
