package awsmodel

import (
	"bytes"
	"cmp"
	"compress/flate"
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// A file of models is
//
//	magic, with the version of the format      8 bytes
//	SHA-256 of everything behind it           32 bytes
//	origin: version, sources, notice           three texts
//	directory                                  a deflated block behind its two lengths
//	blocks                                     as the directory says
//
// where a text stands behind its length, and lengths and numbers are varints. The directory holds
//
//	number of blocks; of each: length deflated, length
//	number of services; of each: folder, id, protocols, number of operations, block of the model, block of the rules + 1
//
// The first block holds the partitions, the second the dictionary with which rules are deflated (most of them are
// nearly alike); services with the same rules share a block. Every block is inflated by itself, when it is needed.
//
// There is one version of the format at a time: the models of the program are packed with it, and a file of another
// version is imported anew.
const (
	magic        = "cogmdl\x00\x01"
	headerLength = len(magic) + sha256.Size

	blockPartitions = 0
	blockDictionary = 1

	// blockBytesMax bounds what a block inflates to.
	blockBytesMax = 4 << 20
	// dictionaryBytesMax is what deflate can look back, with room for the rules themselves.
	dictionaryBytesMax = 24 << 10
)

// Origin says where models come from.
type Origin struct {
	Version string // of botocore: "1.43.11"
	Sources string // SHA-256 of the files that were read, in hexadecimal
	Notice  string // of the copyright
}

// packer collects blocks.
type packer struct {
	directory []byte
	sizes     []byte
	blocks    []byte
	n         int
	err       error
}

func (p *packer) add(data, dictionary []byte) (block int) {
	if len(data) > blockBytesMax {
		p.err = fmt.Errorf("a block of %d bytes is too large", len(data))
	}
	deflated, err := deflate(data, dictionary)
	if err != nil {
		p.err = err
	}
	p.sizes = binary.AppendUvarint(p.sizes, uint64(len(deflated)))
	p.sizes = binary.AppendUvarint(p.sizes, uint64(len(data)))
	p.blocks = append(p.blocks, deflated...)
	p.n++
	return p.n - 1
}

func deflate(data, dictionary []byte) ([]byte, error) {
	var b bytes.Buffer
	w, err := flate.NewWriterDict(&b, flate.BestCompression, dictionary)
	if err != nil {
		return nil, err
	}
	if _, err := w.Write(data); err != nil {
		return nil, err
	}
	if err := w.Close(); err != nil {
		return nil, err
	}
	return b.Bytes(), nil
}

// Pack writes models in the form that [Open] reads. Equal models give equal bytes. Two services with one name in
// resources are an error.
func (b *Botocore) Pack() ([]byte, error) {
	p := &packer{}
	p.add(b.Partitions, nil)
	dictionary := sample(b.Rules)
	p.add(dictionary, nil)

	services := slices.SortedFunc(slices.Values(b.Services), func(a, b *Service) int { return strings.Compare(a.Resource, b.Resource) })
	p.directory = binary.AppendUvarint(p.directory, uint64(len(services)))
	shared := map[string]int{} // blocks by rules
	for i, s := range services {
		if i > 0 && services[i-1].Resource == s.Resource {
			return nil, fmt.Errorf("the models %s and %s are both of the service %s", services[i-1].Folder, s.Folder, s.Resource)
		}
		model := p.add(encode(s), nil)
		rules := 0
		if text, ok := b.Rules[s.Folder]; ok {
			block, known := shared[string(text)]
			if !known {
				block = p.add(text, dictionary)
				shared[string(text)] = block
			}
			rules = block + 1
		}
		p.entry(s, model, rules)
	}
	if p.err != nil {
		return nil, p.err
	}

	directory := append(binary.AppendUvarint(nil, uint64(p.n)), p.sizes...)
	directory = append(directory, p.directory...)
	deflated, err := deflate(directory, nil)
	if err != nil {
		return nil, err
	}
	var body []byte
	for _, text := range []string{b.Origin.Version, b.Origin.Sources, b.Origin.Notice} {
		body = appendText(body, text)
	}
	body = binary.AppendUvarint(body, uint64(len(deflated)))
	body = binary.AppendUvarint(body, uint64(len(directory)))
	body = append(append(body, deflated...), p.blocks...)
	sum := sha256.Sum256(body)
	return append(append([]byte(magic), sum[:]...), body...), nil
}

func (p *packer) entry(s *Service, model, rules int) {
	p.directory = appendText(p.directory, s.Folder)
	p.directory = appendText(p.directory, s.ID)
	p.directory = binary.AppendUvarint(p.directory, uint64(len(s.Protocols)))
	for _, protocol := range s.Protocols {
		p.directory = appendText(p.directory, string(protocol))
	}
	for _, n := range []int{len(s.operations), model, rules} {
		p.directory = binary.AppendUvarint(p.directory, uint64(n))
	}
}

func appendText(to []byte, text string) []byte {
	return append(binary.AppendUvarint(to, uint64(len(text))), text...)
}

// sample joins rules that stand for many others, the commonest last, where deflate reaches them by the shortest way.
func sample(rules map[string][]byte) []byte {
	kinds := map[string]int{}
	first := map[string][]byte{}
	for _, folder := range slices.Sorted(maps.Keys(rules)) {
		kind := strings.ReplaceAll(string(rules[folder]), folder, "")
		kinds[kind]++
		if first[kind] == nil {
			first[kind] = rules[folder]
		}
	}
	order := slices.SortedFunc(maps.Keys(kinds), func(a, b string) int {
		return cmp.Or(cmp.Compare(kinds[b], kinds[a]), cmp.Compare(len(a), len(b)), strings.Compare(a, b))
	})
	var dictionary []byte
	for _, kind := range order {
		if text := first[kind]; len(dictionary)+len(text) <= dictionaryBytesMax {
			dictionary = append(slices.Clone(text), dictionary...)
		}
	}
	return dictionary
}
