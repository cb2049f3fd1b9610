using Tercel.Resp;

namespace Tercel.Cache.Server.Commands;

/// <summary>Walks over the arguments of a command that are keys.</summary>
/// <remarks>Shape: a count that is no number, or larger than the arguments that follow, ends the walk: the command
/// itself answers the error. <c>default</c> has no keys.</remarks>
internal ref struct KeyPositions
{
    private readonly int _destination;
    private readonly int _last;
    private readonly int _step;
    private int _next;

    public KeyPositions(KeySpec spec, in CommandArgs args)
    {
        Index = -1;
        Ordinal = -1;
        _destination = -1;
        _step = Math.Max(spec.Step, 1);
        switch (spec.Kind)
        {
            case KeySpecKind.Range or KeySpecKind.Everything:
                _next = spec.First;
                _last = Math.Min(spec.Last < 0 ? args.Count + spec.Last : spec.Last, args.Count - 1);
                break;
            case KeySpecKind.Counted:
                _destination = spec.Last == 1 && args.Count > 1 ? 1 : -1;
                _next = spec.First + 1;
                _last = args.Count > spec.First && RespNumber.TryInteger(args[spec.First], out var count)
                    && count > 0 && count <= args.Count - _next ? _next + (int)count - 1 : -1;
                break;
            default:
                _last = -1;
                break;
        }
    }

    /// <summary>The argument that is a key, after <see cref="MoveNext"/>.</summary>
    public int Index { get; private set; }

    /// <summary>Its place among the keys, from 0; the destination of a counted command is the first.</summary>
    public int Ordinal { get; private set; }

    public bool MoveNext()
    {
        if (_destination > 0 && Ordinal < 0)
        {
            Index = _destination;
        }
        else
        {
            if (_next > _last) return false;
            Index = _next;
            _next += _step;
        }

        Ordinal++;
        return true;
    }
}
