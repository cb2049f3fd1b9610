namespace Tercel.Cache.Values;

/// <summary>Under which conditions <see cref="SortedSetValue.Set"/> changes a set.</summary>
[Flags]
public enum ScoreRules : byte
{
    /// <summary>Always.</summary>
    None = 0,

    /// <summary>Only adds, never changes a score.</summary>
    OnlyNew = 1,

    /// <summary>Only changes scores, never adds.</summary>
    OnlyExisting = 2,

    /// <summary>Changes a score only to a higher one; adds as well.</summary>
    OnlyHigher = 4,

    /// <summary>Changes a score only to a lower one; adds as well.</summary>
    OnlyLower = 8,

    /// <summary>Adds to the score that is there.</summary>
    Increment = 16,
}

/// <summary>What <see cref="SortedSetValue.Set"/> did.</summary>
public enum ScoreChange : byte
{
    /// <summary>Nothing: the rules did not allow it.</summary>
    Refused,

    /// <summary>The member is new.</summary>
    Added,

    /// <summary>The member has another score now.</summary>
    Changed,

    /// <summary>The member had that score already.</summary>
    Same,

    /// <summary>Nothing: the sum of two infinities is not a number.</summary>
    NotANumber,
}

/// <summary>Applies <see cref="ScoreRules"/> to a member that is in the set.</summary>
internal static class ScoreDecision
{
    /// <summary>What becomes of a member that is there; the new score.</summary>
    public static ScoreChange Decide(double old, ScoreRules rules, ref double score)
    {
        var wanted = (rules & ScoreRules.Increment) != 0 ? old + score : score;
        score = old;
        if ((rules & ScoreRules.OnlyNew) != 0) return ScoreChange.Refused;
        if (double.IsNaN(wanted)) return ScoreChange.NotANumber;
        if ((rules & ScoreRules.OnlyLower) != 0 && wanted >= old) return ScoreChange.Refused;
        if ((rules & ScoreRules.OnlyHigher) != 0 && wanted <= old) return ScoreChange.Refused;
        if (wanted == old) return ScoreChange.Same;
        score = wanted;
        return ScoreChange.Changed;
    }
}
