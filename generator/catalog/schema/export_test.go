package schema

// Forms are the fields whose form is not told by their type.
func Forms() (fields []string) {
	for f := range forms {
		fields = append(fields, f)
	}
	return fields
}
