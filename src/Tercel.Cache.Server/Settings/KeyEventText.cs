using System.Text;
using Tercel.Cache.Server.Commands;

namespace Tercel.Cache.Server.Settings;

/// <summary><c>notify-keyspace-events</c> as text: a letter per class, <c>A</c> for all but K, E, n and m.</summary>
internal static class KeyEventText
{
    private const KeyEvents All = KeyEvents.Generic | KeyEvents.String | KeyEvents.List | KeyEvents.Set
        | KeyEvents.Hash | KeyEvents.SortedSet | KeyEvents.Expired | KeyEvents.Evicted;

    // In the order in which Redis prints them.
    private static readonly (char Letter, KeyEvents Class)[] Letters =
    [
        ('g', KeyEvents.Generic), ('$', KeyEvents.String), ('l', KeyEvents.List), ('s', KeyEvents.Set),
        ('h', KeyEvents.Hash), ('z', KeyEvents.SortedSet), ('x', KeyEvents.Expired), ('e', KeyEvents.Evicted),
        ('K', KeyEvents.Keyspace), ('E', KeyEvents.Keyevent), ('m', KeyEvents.Missed), ('n', KeyEvents.New),
    ];

    public static bool TryParse(string text, out KeyEvents events)
    {
        events = KeyEvents.None;
        foreach (var letter in text)
        {
            // Streams and module types do not exist here: their letters ask for nothing.
            if (letter is 't' or 'd') continue;
            var found = letter == 'A' ? All : Letters.FirstOrDefault(entry => entry.Letter == letter).Class;
            if (found == KeyEvents.None) return false;
            events |= found;
        }

        return true;
    }

    public static string Format(KeyEvents events)
    {
        var text = new StringBuilder();
        var left = events;
        if ((events & All) == All)
        {
            text.Append('A');
            left &= ~All;
        }

        foreach (var (letter, found) in Letters)
            if ((left & found) != 0) text.Append(letter);
        return text.ToString();
    }
}
