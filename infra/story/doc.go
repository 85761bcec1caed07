// Package story tells the manuals as stories.
package story
