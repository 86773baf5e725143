"""Setting documents: PDF and pictures with embedded Vietnamese fonts, Word in the official layout, safe templates."""
