namespace Tercel.Resp;

/// <summary>How far a command that has not come in whole was read, so that no byte of it is looked at twice.</summary>
/// <remarks>Thread: its connection's. Made when a connection needs it first, then used again.</remarks>
public sealed class PartialCommand
{
    private const int KeptSlicesMax = 64;

    private ArgSlice[] _slices = [];

    internal int ArgsTotal { get; private set; }

    internal int ArgsDone { get; private set; }

    internal int Offset { get; private set; }

    /// <summary>Bytes that the command must have at least before reading on makes sense. 0 = nothing is
    /// kept.</summary>
    public long BytesNeeded { get; private set; }

    internal bool IsActive => BytesNeeded != 0;

    internal ReadOnlySpan<ArgSlice> Slices => _slices.AsSpan(0, ArgsDone);

    internal void Keep(ReadOnlySpan<ArgSlice> slices, int argsTotal, int offset, long bytesNeeded)
    {
        if (_slices.Length < slices.Length)
        {
            var grown = new ArgSlice[Math.Max(slices.Length, _slices.Length * 2)];
            _slices.AsSpan(0, ArgsDone).CopyTo(grown);
            _slices = grown;
        }

        // What was kept before is a prefix of what is kept now.
        slices[ArgsDone..].CopyTo(_slices.AsSpan(ArgsDone));
        (ArgsTotal, ArgsDone, Offset, BytesNeeded) = (argsTotal, slices.Length, offset, bytesNeeded);
    }

    internal void Reset()
    {
        (ArgsTotal, ArgsDone, Offset, BytesNeeded) = (0, 0, 0, 0);
        if (_slices.Length > KeptSlicesMax) _slices = [];
    }
}
