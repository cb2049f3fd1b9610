// Why this is correct: the bits are allocated for all shards of the keyspace at once, and every index comes from
// Keyspace.ShardOf of the same keyspace.
using System.Numerics;
using System.Runtime.InteropServices;
using Tercel.Primitives;

namespace Tercel.Cache.Server.Sessions;

/// <summary>The shards a command needs: collected without order or care for duplicates, entered in rising
/// order.</summary>
/// <remarks>Thread: one owner.</remarks>
internal sealed unsafe class ShardSet : IDisposable
{
    private readonly Keyspace _keyspace;
    private readonly int _words;
    private ulong* _bits;
    private bool _isEntered;

    public ShardSet(Keyspace keyspace)
    {
        _keyspace = keyspace;
        _words = (keyspace.ShardCount + 63) / 64;
        _bits = (ulong*)NativeMemory.AllocZeroed((nuint)_words, sizeof(ulong));
    }

    ~ShardSet() => NativeMemory.Free(_bits);

    public bool Contains(int shard) => (_bits[shard >> 6] & 1UL << (shard & 63)) != 0;

    public void Add(int shard)
    {
        Invariant.Holds(!_isEntered);
        _bits[shard >> 6] |= 1UL << (shard & 63);
    }

    public void AddAll()
    {
        for (var shard = 0; shard < _keyspace.ShardCount; shard++) Add(shard);
    }

    public void Enter()
    {
        _isEntered = true;
        for (var word = 0; word < _words; word++)
            for (var bits = _bits[word]; bits != 0; bits &= bits - 1)
                _keyspace.Enter(word * 64 + BitOperations.TrailingZeroCount(bits));
    }

    /// <summary>Leaves what was entered and forgets it.</summary>
    public void ExitAndClear()
    {
        for (var word = 0; word < _words; word++)
        {
            for (var bits = _bits[word]; _isEntered && bits != 0; bits &= bits - 1)
                _keyspace.Exit(word * 64 + BitOperations.TrailingZeroCount(bits));
            _bits[word] = 0;
        }

        _isEntered = false;
    }

    public void Dispose()
    {
        NativeMemory.Free(_bits);
        _bits = null;
        GC.SuppressFinalize(this);
    }
}
