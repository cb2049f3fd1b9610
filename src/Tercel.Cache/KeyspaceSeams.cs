// Unsafe: carries the address of a root inside an entry of an entered shard.
using Tercel.Cache.Memory;

namespace Tercel.Cache;

/// <summary>Sees entries during <see cref="Keyspace.Scan"/>; called with the entry's shard entered.</summary>
public interface IEntryVisitor
{
    /// <summary>Sees one live entry.</summary>
    void Visit(ReadOnlySpan<byte> key, int database, in ValueView value);
}

/// <summary>Told about entries that leave by themselves; called with the shard entered, must not call back.</summary>
public interface IKeyspaceObserver
{
    /// <summary>An entry has gone.</summary>
    void Removed(ReadOnlySpan<byte> key, int database, ulong hash, RemovalCause cause);
}

/// <summary>Where a collection's root is kept and which heap its nodes come from.</summary>
/// <remarks>The value types of <c>Tercel.Cache.Values</c> are made from it. <c>default</c> is none.</remarks>
public readonly unsafe ref struct CollectionHandle
{
    internal CollectionHandle(NodeHeap heap, ulong* root)
    {
        Heap = heap;
        Root = root;
    }

    internal NodeHeap Heap { get; }

    /// <summary>Points at the eight bytes in the entry that hold the root; 0 there is an empty collection. Not
    /// aligned.</summary>
    internal ulong* Root { get; }
}
