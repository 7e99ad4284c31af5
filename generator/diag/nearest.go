package diag

// Nearest returns the known name closest to name by edits (insertion,
// deletion, substitution, swap of neighbours), or "" when none is near: at
// most one edit in three characters. Of equally near names the first in
// alphabetical order wins.
func Nearest(name string, known []string) string {
	best, bestCost := "", max(1, len(name)/3)+1
	for _, k := range known {
		if abs(len(k)-len(name)) >= bestCost+1 {
			continue
		}
		if c := edits(name, k); c < bestCost || c == bestCost && best != "" && k < best {
			best, bestCost = k, c
		}
	}
	return best
}

// edits is the optimal string alignment distance, in bytes.
func edits(a, b string) int {
	prev2, prev, cur := make([]int, len(b)+1), make([]int, len(b)+1), make([]int, len(b)+1)
	for j := range prev {
		prev[j] = j
	}
	for i := 1; i <= len(a); i++ {
		cur[0] = i
		for j := 1; j <= len(b); j++ {
			cost := 1
			if a[i-1] == b[j-1] {
				cost = 0
			}
			cur[j] = min(prev[j]+1, cur[j-1]+1, prev[j-1]+cost)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				cur[j] = min(cur[j], prev2[j-2]+1)
			}
		}
		prev2, prev, cur = prev, cur, prev2
	}
	return prev[len(b)]
}

func abs(n int) int {
	if n < 0 {
		return -n
	}
	return n
}
