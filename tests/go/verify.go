// Checks a log, or a receipt, that Weft wrote, with mathematics that Weft did not write.
//
// The tree, the proofs and the notes are golang.org/x/mod/sumdb, as Debian packages it
// (golang-golang-x-mod-dev); this file only finds the files and reads the lines. Build:
//
//	GO111MODULE=off GOPATH=/usr/share/gocode go build -o verify verify.go
//
//	verify log FOLDER VKEY [WITNESS_VKEY ...]             prints: ok SIZE ROOT COSIGNED
//	verify receipt RECEIPT ENTRY VKEY [WITNESS_VKEY ...]  prints: ok SIZE ROOT COSIGNED
package main

import (
	"bytes"
	"crypto/ed25519"
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

func main() {
	var said string
	var err error
	switch {
	case len(os.Args) >= 4 && os.Args[1] == "log":
		said, err = checkLog(os.Args[2], os.Args[3:])
	case len(os.Args) >= 5 && os.Args[1] == "receipt":
		said, err = checkReceipt(os.Args[2], os.Args[3], os.Args[4:])
	default:
		err = fmt.Errorf("usage: verify log FOLDER VKEY... | verify receipt RECEIPT ENTRY VKEY...")
	}
	if err != nil {
		fmt.Println("refused:", err)
		os.Exit(1)
	}
	fmt.Println("ok", said)
}

// cosigner is a witness's key: type 0x04 of c2sp.org/tlog-cosignature, which x/mod does not know.
type cosigner struct {
	name string
	hash uint32
	key  ed25519.PublicKey
}

func (c cosigner) Name() string    { return c.name }
func (c cosigner) KeyHash() uint32 { return c.hash }
func (c cosigner) Verify(text, signature []byte) bool {
	if len(signature) != 8+ed25519.SignatureSize {
		return false
	}
	head := fmt.Sprintf("cosignature/v1\ntime %d\n", binary.BigEndian.Uint64(signature))
	return ed25519.Verify(c.key, append([]byte(head), text...), signature[8:])
}

func verifiers(vkeys []string) (note.Verifiers, error) {
	first, err := note.NewVerifier(vkeys[0])
	if err != nil {
		return nil, err
	}
	list := []note.Verifier{first}
	for _, vkey := range vkeys[1:] {
		parts := strings.SplitN(vkey, "+", 3)
		hash, err1 := strconv.ParseUint(parts[1], 16, 32)
		key, err2 := base64.StdEncoding.DecodeString(parts[2])
		if err1 != nil || err2 != nil || len(key) != 33 || key[0] != 4 {
			return nil, fmt.Errorf("not a witness's key: %s", vkey)
		}
		list = append(list, cosigner{parts[0], uint32(hash), key[1:]})
	}
	return note.VerifierList(list...), nil
}

// openCheckpoint gives the tree that the log has signed for, and how many witnesses have cosigned it.
func openCheckpoint(message []byte, vkeys []string) (tlog.Tree, int, error) {
	known, err := verifiers(vkeys)
	if err != nil {
		return tlog.Tree{}, 0, err
	}
	opened, err := note.Open(message, known)
	if err != nil {
		return tlog.Tree{}, 0, err
	}
	lines := strings.Split(opened.Text, "\n")
	origin := strings.SplitN(vkeys[0], "+", 2)[0]
	if len(lines) != 4 || lines[0] != origin {
		return tlog.Tree{}, 0, fmt.Errorf("not a checkpoint of %s", origin)
	}
	size, err := strconv.ParseInt(lines[1], 10, 64)
	if err != nil {
		return tlog.Tree{}, 0, err
	}
	root, err := tlog.ParseHash(lines[2])
	if err != nil {
		return tlog.Tree{}, 0, err
	}
	cosigned := 0
	signed := false
	for _, signature := range opened.Sigs {
		if signature.Name == origin {
			signed = true
		} else {
			cosigned++
		}
	}
	if !signed {
		return tlog.Tree{}, 0, fmt.Errorf("the log itself has not signed")
	}
	return tlog.Tree{N: size, Hash: root}, cosigned, nil
}

// folder reads the tiles; x/mod names the tile height in the path (tile/8/...), tlog-tiles does not.
type folder string

func (f folder) Height() int                      { return 8 }
func (f folder) SaveTiles([]tlog.Tile, [][]byte)  {}
func (f folder) read(path string) ([]byte, error) { return os.ReadFile(filepath.Join(string(f), path)) }
func (f folder) ReadTiles(tiles []tlog.Tile) ([][]byte, error) {
	var all [][]byte
	for _, tile := range tiles {
		data, err := f.read(strings.Replace(tile.Path(), "tile/8/", "tile/", 1))
		if err != nil {
			return nil, err
		}
		if len(data) != tile.W*tlog.HashSize {
			return nil, fmt.Errorf("%s has %d bytes", tile.Path(), len(data))
		}
		all = append(all, data)
	}
	return all, nil
}

func (f folder) bundle(index, width int64) ([][]byte, error) {
	tile := tlog.Tile{H: 8, L: 0, N: index, W: int(width)}
	path := strings.Replace(tile.Path(), "tile/8/0/", "tile/entries/", 1)
	data, err := f.read(path)
	if err != nil {
		return nil, err
	}
	var entries [][]byte
	for range make([]struct{}, width) {
		if len(data) < 2 || len(data) < 2+int(binary.BigEndian.Uint16(data)) {
			return nil, fmt.Errorf("%s breaks off", path)
		}
		length := 2 + int(binary.BigEndian.Uint16(data))
		entries = append(entries, data[2:length])
		data = data[length:]
	}
	if len(data) != 0 {
		return nil, fmt.Errorf("%s has %d bytes too many", path, len(data))
	}
	return entries, nil
}

func checkLog(path string, vkeys []string) (string, error) {
	log := folder(path)
	message, err := log.read("checkpoint")
	if err != nil {
		return "", err
	}
	tree, cosigned, err := openCheckpoint(message, vkeys)
	if err != nil {
		return "", err
	}
	reader := tlog.TileHashReader(tree, log)
	root, err := tlog.TreeHash(tree.N, reader)
	if err != nil {
		return "", err
	}
	if root != tree.Hash {
		return "", fmt.Errorf("the tiles lead to the root %v", root)
	}
	for first := int64(0); first < tree.N; first += 256 {
		if err := checkBundle(log, reader, first, tree.N); err != nil {
			return "", err
		}
	}
	if err := checkProofs(tree, reader); err != nil {
		return "", err
	}
	return fmt.Sprint(tree.N, " ", tree.Hash, " ", cosigned), nil
}

// checkBundle compares 256 entries with leaf hashes that x/mod has authenticated against the root.
func checkBundle(log folder, reader tlog.HashReader, first, size int64) error {
	width := size - first
	if width > 256 {
		width = 256
	}
	entries, err := log.bundle(first/256, width)
	if err != nil {
		return err
	}
	var indexes []int64
	for i := int64(0); i < width; i++ {
		indexes = append(indexes, tlog.StoredHashIndex(0, first+i))
	}
	hashes, err := reader.ReadHashes(indexes)
	if err != nil {
		return err
	}
	for i, entry := range entries {
		if tlog.RecordHash(entry) != hashes[i] {
			return fmt.Errorf("entry %d is not the one in the tree", first+int64(i))
		}
	}
	return nil
}

// checkProofs makes and checks inclusion and consistency proofs at indexes spread over the log.
func checkProofs(tree tlog.Tree, reader tlog.HashReader) error {
	for step := int64(0); step < 100 && step < tree.N; step++ {
		index := step * 7919 % tree.N
		leaf, err := reader.ReadHashes([]int64{tlog.StoredHashIndex(0, index)})
		if err != nil {
			return err
		}
		proof, err := tlog.ProveRecord(tree.N, index, reader)
		if err != nil {
			return err
		}
		if err := tlog.CheckRecord(proof, tree.N, tree.Hash, index, leaf[0]); err != nil {
			return err
		}
		old, err := tlog.TreeHash(index+1, reader)
		if err != nil {
			return err
		}
		grown, err := tlog.ProveTree(tree.N, index+1, reader)
		if err != nil {
			return err
		}
		if err := tlog.CheckTree(grown, tree.N, tree.Hash, index+1, old); err != nil {
			return err
		}
	}
	return nil
}

func checkReceipt(receiptPath, entryPath string, vkeys []string) (string, error) {
	receipt, err := os.ReadFile(receiptPath)
	if err != nil {
		return "", err
	}
	entry, err := os.ReadFile(entryPath)
	if err != nil {
		return "", err
	}
	split := bytes.Index(receipt, []byte("\n\n"))
	if split < 0 {
		return "", fmt.Errorf("the receipt has no checkpoint")
	}
	lines := strings.Split(string(receipt[:split]), "\n")
	if lines[0] != "c2sp.org/tlog-proof@v1" {
		return "", fmt.Errorf("not a receipt: %s", lines[0])
	}
	lines = lines[1:]
	if strings.HasPrefix(lines[0], "extra ") {
		lines = lines[1:]
	}
	index, err := strconv.ParseInt(strings.TrimPrefix(lines[0], "index "), 10, 64)
	if err != nil {
		return "", err
	}
	var proof tlog.RecordProof
	for _, line := range lines[1:] {
		hash, err := tlog.ParseHash(line)
		if err != nil {
			return "", err
		}
		proof = append(proof, hash)
	}
	tree, cosigned, err := openCheckpoint(receipt[split+2:], vkeys)
	if err != nil {
		return "", err
	}
	if err := tlog.CheckRecord(proof, tree.N, tree.Hash, index, tlog.RecordHash(entry)); err != nil {
		return "", err
	}
	return fmt.Sprint(tree.N, " ", tree.Hash, " ", cosigned), nil
}
