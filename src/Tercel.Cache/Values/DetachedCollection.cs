// Unsafe: the root lies in a block of the heap that the collection's own blocks come from, freed at the end.
using System.Runtime.CompilerServices;
using Tercel.Cache.Memory;

namespace Tercel.Cache.Values;

/// <summary>A collection that no key has yet: a result that is built while its sources are read, and then takes the
/// place of a key.</summary>
/// <remarks>Lifetime: must end with <see cref="Attach"/> or <see cref="Discard"/>, before the shard is left. Thread:
/// the shard it was made for is entered. <c>default</c> is none.</remarks>
public readonly unsafe ref struct DetachedCollection
{
    private readonly NodeHeap _heap;
    private readonly ulong* _root;
    private readonly ValueKind _kind;

    private DetachedCollection(NodeHeap heap, ValueKind kind)
    {
        _heap = heap;
        _kind = kind;
        _root = (ulong*)heap.Allocate(sizeof(ulong));
        *_root = 0;
    }

    /// <summary>An empty one in the shard of a key.</summary>
    public static DetachedCollection For(Keyspace keyspace, scoped in KeyRef key, ValueKind kind) =>
        new(keyspace.HeapOf(key), kind);

    /// <summary>To read and change it.</summary>
    public CollectionHandle Handle => new(_heap, _root);

    /// <summary>Puts it in the place of whatever the key holds, without an expiry; an empty one only removes the
    /// key.</summary>
    /// <returns>TooLarge when the key is too long; it is discarded then.</returns>
    public StoreStatus Attach(Keyspace keyspace, scoped in KeyRef key, long nowMs)
    {
        keyspace.Remove(key, nowMs);
        if (*_root == 0)
        {
            Discard();
            return StoreStatus.Ok;
        }

        var status = keyspace.OpenCollection(key, _kind, nowMs, out var handle);
        if (status == StoreStatus.Ok)
        {
            Unsafe.WriteUnaligned(handle.Root, *_root);
            *_root = 0;
        }

        Discard();
        return status;
    }

    /// <summary>Frees it.</summary>
    public void Discard()
    {
        Collections.Free(_heap, _kind, *_root);
        _heap.Free((byte*)_root, sizeof(ulong));
    }
}
