// Unsafe: buckets are cut from pages of the pool that belong to this object; a free one holds the address of the next.
using System.Runtime.InteropServices;
using Tercel.Cache.Memory;

namespace Tercel.Cache.Table;

/// <summary>The buckets of one shard's index that are chained behind full units.</summary>
internal unsafe struct OverflowBuckets(PagePool pool) : IDisposable
{
    private const int BucketBytes = 64;

    private readonly PagePool _pool = pool;
    private readonly AddressStack _pages = new();
    private ulong* _free;
    private int _cutBytes;

    public readonly int PageCount => _pages.Count;

    /// <summary>Buckets taken and not returned.</summary>
    public int Count { get; private set; }

    /// <summary>An empty bucket.</summary>
    public ulong* Take()
    {
        Count++;
        var bucket = _free;
        if (bucket != null)
        {
            _free = (ulong*)*bucket;
        }
        else
        {
            if (_pages.Count == 0 || _cutBytes == _pool.PageBytes)
            {
                _pages.Push(_pool.Take());
                _cutBytes = 0;
            }

            bucket = (ulong*)(_pages[_pages.Count - 1] + _cutBytes);
            _cutBytes += BucketBytes;
        }

        NativeMemory.Clear(bucket, BucketBytes);
        return bucket;
    }

    public void Return(ulong* bucket)
    {
        *bucket = (ulong)_free;
        _free = bucket;
        if (--Count == 0) Clear();
    }

    /// <summary>Gives all pages back; every bucket is gone.</summary>
    public void Clear()
    {
        while (_pages.TryPop(out var page)) _pool.Return(page);
        _free = null;
        _cutBytes = 0;
        Count = 0;
    }

    public readonly void Dispose() => _pages.Free();
}
