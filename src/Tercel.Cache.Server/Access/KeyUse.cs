namespace Tercel.Cache.Server.Access;

/// <summary>How a command uses one of its keys, in the words of COMMAND INFO.</summary>
/// <param name="Access">Which rights on the key it needs.</param>
/// <param name="Words"><c>RW access delete</c>: how it works on the key, and what it does with it.</param>
internal sealed record KeyUse(KeyAccess Access, IReadOnlyList<string> Words)
{
    /// <summary>Reads the words; "access" asks for the right to read, what changes the key for the right to
    /// write.</summary>
    public static KeyUse Parse(string text)
    {
        var words = text.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        var access = KeyAccess.None;
        foreach (var word in words)
        {
            access |= word switch
            {
                "access" => KeyAccess.Read,
                "insert" or "update" or "delete" => KeyAccess.Write,
                _ => KeyAccess.None,
            };
        }

        return new KeyUse(access, words);
    }
}
