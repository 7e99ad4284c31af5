package terraform_test

import (
	"regexp"
	"testing"

	"portolan/generator/policy/policytest/terraform"
)

var schemas = map[string]*terraform.Schema{
	"thing": {Required: []string{"name"}, Optional: []string{"size", "list"}, Blocks: map[string]*terraform.Schema{"part": {Required: []string{"on"}}}},
}

// TestRead holds what becomes of variables, locals, for_each, count and references.
func TestRead(t *testing.T) {
	blocks, err := terraform.Read(`
terraform {
  required_version = ">= 1.3"
}
variable "names" {
  type    = list(string)
  default = ["b", "a", "b"]
}
variable "given" {
  type    = string
  default = null
}
data "place" "here" {
  name = "x"
}
locals {
  first = coalesce(var.given, one(thing.own[*].name))
}
resource "thing" "own" {
  count = var.given == null ? 1 : 0
  name  = data.place.here.name
  part {
    on = true
  }
}
resource "thing" "none" {
  count = var.given == null ? 0 : 1
  name  = "none"
}
resource "thing" "each" {
  for_each = toset(var.names)
  name     = each.key
  size     = "3"
  list     = distinct(concat(var.names, [local.first]))
}
`, schemas)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, b := range blocks {
		name, err := b.Text("name")
		if err != nil {
			t.Fatal(err)
		}
		size, err := b.Int("size")
		if err != nil {
			t.Fatal(err)
		}
		list, err := b.Texts("list")
		if err != nil {
			t.Fatal(err)
		}
		part, err := b.Only("part")
		if err != nil {
			t.Fatal(err)
		}
		got = append(got, name)
		if b.Name == "each" && (size != 3 || len(list) != 3 || list[2] != "thing.own") || (part != nil) != (b.Name == "own") {
			t.Errorf("%s: size %d, list %q, part %v", name, size, list, part)
		}
	}
	if len(got) != 3 || got[0] != "data.place.here" || got[1] != "a" || got[2] != "b" {
		t.Errorf("instances %q", got)
	}
}

func TestRefuses(t *testing.T) {
	for _, text := range []string{
		`name = "x"`,
		`thing "x" {}`,
		`resource "thing" {}`,
		`resource "thing" "a b" { name = "x" }`,
		`resource "other" "a" { name = "x" }`,
		`resource "thing" "a" {}`,
		`resource "thing" "a" { name = null }`,
		`resource "thing" "a" { name = "x", size = 1 }`,
		"resource \"thing\" \"a\" {\n name = \"x\"\n colour = 1\n}",
		"resource \"thing\" \"a\" {\n name = \"x\"\n part {}\n}",
		"resource \"thing\" \"a\" {\n name = \"x\"\n side {}\n}",
		"resource \"thing\" \"a\" {\n name = \"x\"\n}\nresource \"thing\" \"a\" {\n name = \"x\"\n}",
		`resource "thing" "a" { name = var.none }`,
		`resource "thing" "a" { name = thing.none.id }`,
		`resource "thing" "a" { name = nope("x") }`,
		"resource \"thing\" \"a\" {\n for_each = [\"x\"]\n name = \"x\"\n}",
		"resource \"thing\" \"a\" {\n for_each = toset([\"x\"])\n count = 1\n name = \"x\"\n}",
		"variable \"v\" {\n type = list(string)\n default = \"x\"\n}",
		"variable \"v\" {\n type = lists(string)\n}",
		"variable \"v\" {\n default = null\n nullable = false\n}",
		"variable \"v\" {\n colour = 1\n}",
		"variable \"v\" {\n}\nvariable \"v\" {\n}",
		"variable \"v\" {\n default = []\n validation {\n condition = length(var.v) > 0\n error_message = \"empty\"\n }\n}",
		"variable \"v\" {\n default = []\n validation {\n condition = length(var.v) > 0\n }\n}",
		"locals {\n a = var.none\n}",
		`resource "thing" "a" { name = "x`,
	} {
		_, err := terraform.Read(text, schemas)
		if err == nil {
			t.Errorf("taken: %s", text)
		} else if !regexp.MustCompile(`^line \d+: `).MatchString(err.Error()) {
			t.Errorf("%s: no line in %q", text, err)
		}
	}
}
