"""What every page needs: doors, errors, headers, forms, texts, assets."""
