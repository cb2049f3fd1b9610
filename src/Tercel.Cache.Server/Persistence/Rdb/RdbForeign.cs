namespace Tercel.Cache.Server.Persistence.Rdb;

/// <summary>Steps over values that we cannot hold: streams and values of modules.</summary>
/// <remarks>Source: rdbLoadObject and rdbLoadCheckModuleValue of redis/src/rdb.c.</remarks>
internal sealed class RdbForeign(RdbInput input)
{
    private const int StreamIdBytes = 16;

    /// <summary>Steps over one value and returns what it was, for a message.</summary>
    public string Skip(RdbType type)
    {
        if (type == RdbType.ModuleEarly)
            RdbException.Throw("a module value of Redis 4.0's candidates has no length and cannot be skipped",
                input.Offset);
        if (type == RdbType.Module) return $"value of the module {SkipModuleValue()}";
        SkipStream(type);
        return "stream";
    }

    /// <summary>Steps over what a module keeps beside the keys, and returns the module's name.</summary>
    public string SkipModuleAux()
    {
        var name = NameOf(input.Length());
        input.Length();
        input.Length();
        SkipModuleParts();
        return name;
    }

    private string SkipModuleValue()
    {
        var name = NameOf(input.Length());
        SkipModuleParts();
        return name;
    }

    private void SkipModuleParts()
    {
        while (true)
        {
            var at = input.Offset;
            switch (input.Length())
            {
                case 0: return;
                case 1:
                case 2: input.Length(); break;
                case 3: input.Bytes(4); break;
                case 4: input.Bytes(8); break;
                case 5: input.String(); break;
                default: RdbException.Throw("a module value has a part of unknown kind", at); break;
            }
        }
    }

    private void SkipStream(RdbType type)
    {
        for (var nodes = input.Count(bytesEach: 2); nodes > 0; nodes--)
        {
            input.String();
            input.String();
        }

        // Count, last id; then first id, largest deleted id and entries ever added.
        Lengths(type == RdbType.Stream ? 3 : 8);
        for (var groups = input.Count(bytesEach: 5); groups > 0; groups--)
        {
            input.String();
            Lengths(type == RdbType.Stream ? 2 : 3);
            for (var pending = input.Count(StreamIdBytes + 9); pending > 0; pending--)
            {
                input.Bytes(StreamIdBytes + 8);
                input.Length();
            }

            for (var consumers = input.Count(bytesEach: 10); consumers > 0; consumers--)
            {
                input.String();
                input.Bytes(type == RdbType.Stream3 ? 16 : 8);
                var owned = input.Count(StreamIdBytes);
                for (; owned > 0; owned--) input.Bytes(StreamIdBytes);
            }
        }
    }

    private void Lengths(int count)
    {
        for (; count > 0; count--) input.Length();
    }

    // Nine characters of six bits, then ten bits of version.
    private static string NameOf(ulong id)
    {
        const string Alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
        return string.Create(9, id, static (text, id) =>
        {
            id >>= 10;
            for (var i = text.Length - 1; i >= 0; i--, id >>= 6) text[i] = Alphabet[(int)(id & 63)];
        });
    }
}
