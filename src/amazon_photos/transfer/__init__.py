"""Bulk up and down: scan -> plan -> do. One ``FileResult`` per file; one failure never stops the rest."""
