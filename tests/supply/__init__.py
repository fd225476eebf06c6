"""What the project is built of: the pinned packages, their bill of materials, their known weaknesses."""
