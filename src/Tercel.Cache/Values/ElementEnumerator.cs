// Unsafe: as in ElementStore; nothing is changed here.
using Tercel.Cache.Values.Packed;
using Tercel.Cache.Values.Tables;

namespace Tercel.Cache.Values;

/// <summary>Walks the elements of a hash that are not expired.</summary>
/// <remarks>The hash must not change meanwhile. Cost: no managed memory.</remarks>
public unsafe ref struct ElementEnumerator
{
    private readonly PackedBlock* _block;
    private readonly long _nowMs;
    private byte* _at;
    private TableWalk _walk;

    internal ElementEnumerator(ulong rootValue, long nowMs)
    {
        var root = new CollectionRoot(rootValue);
        _nowMs = nowMs;
        if (root.IsEmpty) return;
        if (root.Form == RootForm.Table)
        {
            _walk = new TableWalk((FieldTable*)root.Block);
            return;
        }

        _block = (PackedBlock*)root.Block;
        _at = PackedBlock.First(_block);
    }

    /// <summary>The element <see cref="MoveNext"/> has come to.</summary>
    public Element Current { get; private set; }

    /// <summary>Goes on to the next element; false at the end.</summary>
    public bool MoveNext()
    {
        while (_block == null ? _walk.MoveNext() : _at < PackedBlock.End(_block))
        {
            Current = _block == null ? TableNode.Read(_walk.Node) : PackedBlock.Read(_block->Flags, _at);
            _at = Current.End;
            if (!Current.IsExpired(_nowMs)) return true;
        }

        return false;
    }
}
