namespace Tercel.Scenarios.Cache.Concurrency;

/// <summary>One call on one key, from the moment it was made to the moment its answer was there.</summary>
internal sealed record RegisterCall(RegisterAction Action, string? Value, string? Answer, long Start, long End);

internal enum RegisterAction
{
    /// <summary>Answers what is there.</summary>
    Get,

    /// <summary>Stores <see cref="RegisterCall.Value"/>.</summary>
    Set,

    /// <summary>Stores a value and answers what was there.</summary>
    GetSet,

    /// <summary>Answers 1 when something was there, and removes it.</summary>
    Delete,
}

/// <summary>Decides whether the calls on one key can be put in one order that agrees with real time and with every
/// answer.</summary>
/// <remarks>Source: Wing and Gong's search with Lowe's memory of states seen; exponential only in calls that overlap.
/// </remarks>
internal static class RegisterHistory
{
    public static bool IsLinearizable(IReadOnlyList<RegisterCall> calls)
    {
        var sorted = calls.OrderBy(call => call.Start).ToList();
        var done = new bool[sorted.Count];
        return Search(sorted, done, first: 0, state: null, seen: []);
    }

    private static bool Search(
        List<RegisterCall> calls, bool[] done, int first, string? state, HashSet<string> seen)
    {
        while (first < calls.Count && done[first]) first++;
        if (first == calls.Count) return true;
        if (!seen.Add(Memory(done, first, state))) return false;
        // Only a call that began before every waiting call has ended can be the next one.
        var limit = long.MaxValue;
        for (var i = first; i < calls.Count && calls[i].Start <= limit; i++)
        {
            if (!done[i]) limit = Math.Min(limit, calls[i].End);
        }

        for (var i = first; i < calls.Count && calls[i].Start <= limit; i++)
        {
            if (done[i] || !Agrees(calls[i], state, out var next)) continue;
            done[i] = true;
            if (Search(calls, done, first, next, seen)) return true;
            done[i] = false;
        }

        return false;
    }

    private static bool Agrees(RegisterCall call, string? state, out string? next)
    {
        next = call.Action switch
        {
            RegisterAction.Get => state,
            RegisterAction.Delete => null,
            _ => call.Value,
        };
        return call.Action switch
        {
            RegisterAction.Get or RegisterAction.GetSet => call.Answer == (state ?? "(nil)"),
            RegisterAction.Delete => call.Answer == (state is null ? "0" : "1"),
            _ => call.Answer == "OK",
        };
    }

    private static string Memory(bool[] done, int first, string? state)
    {
        // Calls from the first waiting one to the last done one: everything behind waits.
        var last = Array.LastIndexOf(done, true);
        var bits = new char[Math.Max(0, last - first + 1)];
        for (var i = 0; i < bits.Length; i++) bits[i] = done[first + i] ? '1' : '0';
        return $"{first}/{state}/{new string(bits)}";
    }
}
