"""The vendor's workspace: claiming, editing, documents, references, people, what came of it."""
