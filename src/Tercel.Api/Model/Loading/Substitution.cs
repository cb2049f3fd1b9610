using System.Text;

namespace Tercel.Api.Model.Loading;

/// <summary>Puts environment variables into values: <c>${NAME}</c>, <c>${NAME:-default}</c>; <c>$${</c> writes
/// <c>${</c>.</summary>
/// <remarks>Works on values after parsing, so that a variable can never change the structure of the file.</remarks>
internal sealed class Substitution(Func<string, string?> environment, ModelReport report)
{
    public ModelNode.Scalar Apply(ModelNode.Scalar scalar)
    {
        if (!scalar.Text.Contains("${", StringComparison.Ordinal)) return scalar;
        var text = scalar.Text;
        var result = new StringBuilder();
        var at = 0;
        while (at < text.Length)
        {
            var open = text.IndexOf("${", at, StringComparison.Ordinal);
            if (open < 0) break;
            if (open > at && text[open - 1] == '$')
            {
                result.Append(text, at, open - 1 - at).Append("${");
                at = open + 2;
                continue;
            }

            result.Append(text, at, open - at);
            var close = text.IndexOf('}', open);
            if (close < 0)
            {
                report.Add(scalar.At(open), ModelErrors.Syntax,
                    "'${' without '}'; write '$${' for the two characters themselves");
                return scalar;
            }

            if (Value(scalar.At(open), text[(open + 2)..close]) is not { } value) return scalar;
            result.Append(value);
            at = close + 1;
        }

        result.Append(text, at, text.Length - at);
        if (result.Length > ModelFileLimits.TextCharsMax)
        {
            report.Add(scalar.Place, ModelErrors.Limit, $"longer than {ModelFileLimits.TextCharsMax} characters");
            return scalar;
        }

        return scalar with { Text = result.ToString(), Exact = false };
    }

    // Null after a mistake.
    private string? Value(Place place, string inner)
    {
        var colon = inner.IndexOf(":-", StringComparison.Ordinal);
        var name = colon < 0 ? inner : inner[..colon];
        if (!IsName(name))
        {
            report.Add(place, ModelErrors.Syntax,
                $"'{name}' is no name of an environment variable; write '$${{' for a text");
            return null;
        }

        var value = environment(name);
        if (!string.IsNullOrEmpty(value)) return value;
        if (colon >= 0) return inner[(colon + 2)..];
        if (value is not null) return value;
        report.Add(place, ModelErrors.Environment,
                $"the environment variable {name} is not set", $"${{{name}:-default}}");
        return null;
    }

    private static bool IsName(string name) =>
        name.Length > 0 && !char.IsAsciiDigit(name[0]) && name.All(c => char.IsAsciiLetterOrDigit(c) || c == '_');
}
