// Unsafe: hands out pages of the pool; each belongs to one of the heap's allocators until it comes back.
namespace Tercel.Cache.Memory;

/// <summary>The pages of one heap: one empty page is kept while the heap is in use, so that a collection that comes and
/// goes does not take and return a page each time.</summary>
/// <remarks>Thread: only under the shard's lock.</remarks>
internal sealed unsafe class HeapPages(PagePool pool)
{
    private byte* _spare;

    public int PageBytes => pool.PageBytes;

    public bool HasSpare => _spare != null;

    public byte* Take()
    {
        var page = _spare != null ? _spare : pool.Take();
        _spare = null;
        return page;
    }

    public void Return(byte* page)
    {
        if (_spare == null) _spare = page;
        else pool.Return(page);
    }

    public void DropSpare()
    {
        if (_spare != null) pool.Return(_spare);
        _spare = null;
    }
}
