namespace Tercel.Network;

// The bytes of a message that is not complete yet, in a block of its own. Start moves when a part is taken, so bytes
// shown to a handler stay in place; the block is moved or freed only between two batches. default = nothing kept.
internal unsafe struct KeptInput
{
    private byte* _block;
    private int _capacity;
    private int _start;

    public int Length { get; private set; }

    public readonly byte* Bytes => _block + _start;

    public readonly byte* End => _block + _start + Length;

    public readonly int Free => _capacity - _start - Length;

    /// <summary>Keeps a copy; there must be nothing kept. False when the budget is used up.</summary>
    public bool TryKeep(byte* bytes, int count, BufferBudget budget)
    {
        var capacity = (count + 1023) & ~1023;
        _block = budget.TryTake(capacity);
        if (_block is null) return false;
        _capacity = capacity;
        _start = 0;
        Length = count;
        Buffer.MemoryCopy(bytes, _block, capacity, count);
        return true;
    }

    /// <summary>Makes room behind the bytes: by moving them to the front, else by doubling. Not within a
    /// batch.</summary>
    public bool TryMakeRoom(int bytes, int capacityMax, BufferBudget budget)
    {
        if (Free >= bytes) return true;
        if (_start > 0)
        {
            Buffer.MemoryCopy(Bytes, _block, _capacity, Length);
            _start = 0;
            if (Free >= bytes) return true;
        }

        var capacity = (int)Math.Min(Math.Max((long)_capacity * 2, (long)Length + bytes), capacityMax);
        if (capacity - Length < 1) return false;
        var block = budget.TryGrow(_block, _capacity, capacity);
        if (block is null) return false;
        _block = block;
        _capacity = capacity;
        return true;
    }

    public void Add(int count) => Length += count;

    public void Take(int count)
    {
        _start += count;
        Length -= count;
    }

    /// <summary>Hands the block over to be freed; nothing is kept afterwards.</summary>
    public (nint Block, int Bytes) Detach()
    {
        var block = ((nint)_block, _capacity);
        this = default;
        return block;
    }

    public void Clear(BufferBudget budget)
    {
        budget.Return(_block, _capacity);
        this = default;
    }
}
