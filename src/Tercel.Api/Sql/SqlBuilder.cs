using System.Text;
using Tercel.Api.Model;
using Tercel.Api.Planning;

namespace Tercel.Api.Sql;

/// <summary>A statement under construction: text, numbered parameters with their origins, and an alias for each
/// source.</summary>
internal sealed class SqlBuilder
{
    private readonly StringBuilder _text = new(256);
    private readonly List<ValueOrigin> _parameters = [];
    private readonly Dictionary<Source, string> _aliases = new(ReferenceEqualityComparer.Instance);
    private int _extraAliases;

    public IReadOnlyList<ValueOrigin> Parameters => _parameters;

    public int Length => _text.Length;

    public string Text => _text.ToString();

    public SqlBuilder Add(string sql)
    {
        _text.Append(sql);
        return this;
    }

    /// <summary>Appends a name in double quotes, with quotes inside doubled.</summary>
    public SqlBuilder Name(string name)
    {
        _text.Append('"').Append(name.Replace("\"", "\"\"", StringComparison.Ordinal)).Append('"');
        return this;
    }

    public SqlBuilder Column(Source source, Field field) => Column(Alias(source), field);

    public SqlBuilder Column(string alias, Field field) => Add(alias).Add(".").Name(field.Column);

    /// <summary>Appends <c>?n</c>; the same origin shares one parameter.</summary>
    public SqlBuilder Parameter(ValueOrigin origin)
    {
        var index = _parameters.IndexOf(origin);
        if (index < 0)
        {
            index = _parameters.Count;
            _parameters.Add(origin);
        }

        _text.Append('?').Append(index + 1);
        return this;
    }

    /// <summary>The short name of a source in this statement: <c>t0</c>, <c>t1</c>, ... in order of first
    /// use.</summary>
    public string Alias(Source source)
    {
        if (_aliases.TryGetValue(source, out var alias)) return alias;
        alias = $"t{_aliases.Count}";
        _aliases.Add(source, alias);
        return alias;
    }

    /// <summary>A fresh alias for a table that no expression mentions: a join table, <c>json_each</c>.</summary>
    public string FreshAlias() => $"j{_extraAliases++}";
}
