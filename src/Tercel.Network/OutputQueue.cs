namespace Tercel.Network;

// Output the kernel did not take yet: a chain of blocks, each freed as soon as it has left, so an idle connection
// holds none. The chain is touched only by the connection's loop. default = empty.
internal unsafe struct OutputQueue
{
    private Block* _first;
    private Block* _last;

    public long Bytes { get; private set; }

    /// <summary>The oldest bytes, as many as lie together.</summary>
    public readonly ReadOnlySpan<byte> Head =>
        _first is null ? default : new(Data(_first) + _first->Start, _first->End - _first->Start);

    /// <summary>Keeps a copy. False when the budget is used up; nothing is kept then.</summary>
    public bool TryAppend(ReadOnlySpan<byte> bytes, BufferBudget budget)
    {
        var intoLast = _last is null ? 0 : Math.Min(_last->Capacity - _last->End, bytes.Length);
        var rest = bytes[intoLast..];
        Block* block = null;
        if (rest.Length > 0)
        {
            var capacity = Math.Max(rest.Length, LoopLimits.OutputBlockBytesMin - sizeof(Block));
            block = (Block*)budget.TryTake(sizeof(Block) + capacity);
            if (block is null) return false;
            *block = new Block { Capacity = capacity, End = rest.Length };
            rest.CopyTo(new Span<byte>(Data(block), capacity));
        }

        if (intoLast > 0)
        {
            bytes[..intoLast].CopyTo(new Span<byte>(Data(_last) + _last->End, intoLast));
            _last->End += intoLast;
        }

        if (block is not null) Link(block);
        Bytes += bytes.Length;
        return true;
    }

    /// <summary>Forgets the oldest bytes, which have left.</summary>
    public void Take(int count, BufferBudget budget)
    {
        Bytes -= count;
        _first->Start += count;
        if (_first->Start == _first->End) Unlink(budget);
    }

    public void Clear(BufferBudget budget)
    {
        while (_first is not null) Unlink(budget);
        Bytes = 0;
    }

    private void Link(Block* block)
    {
        if (_last is null) _first = block;
        else _last->Next = block;
        _last = block;
    }

    private void Unlink(BufferBudget budget)
    {
        var block = _first;
        _first = block->Next;
        if (_first is null) _last = null;
        budget.Return((byte*)block, sizeof(Block) + block->Capacity);
    }

    private static byte* Data(Block* block) => (byte*)(block + 1);

    private struct Block
    {
        public Block* Next;
        public int Start;
        public int End;
        public int Capacity;
    }
}
