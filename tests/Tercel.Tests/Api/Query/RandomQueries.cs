using System.Collections.Immutable;
using Tercel.Api.Query;
using Tercel.Primitives;

namespace Tercel.Tests.Api.Query;

/// <summary>Makes random expressions and queries out of everything that the grammars can say.</summary>
internal sealed class RandomQueries(ulong seed)
{
    private static readonly string[] NamePool =
    [
        "id", "price", "name", "customer", "größe", "名前", "Unit Price", "a.b", "a,b", "say \"hi\"", "and", "not",
        "null", "now", "in", "is", "between", "distinct", "count", "limit", "lt", "like", "x1", "_score", "-minus",
        "*", "(", "a;b=c",
        "any", "0", "nullslast", "100%", "a&b", "a+b",
    ];

    private static readonly string[] Texts = ["", "x", "O'Hara", "a,b", "\"quoted\"", "50%&+=#", "日本", "' or 1 eq 1",
        " pad "];

    private static readonly string[] Numbers = ["0", "-5", "1.50", "1e3", "-2.5E-7", "12345678901234567890"];

    private static readonly Operator[] Binary =
        [.. Enum.GetValues<Operator>().Where(op => op is not (Operator.Null or Operator.Exists or Operator.Between)
            && op is not (Operator.In or Operator.Nin or Operator.Hasany or Operator.Hasall))];

    private static readonly Operator[] Listing = [Operator.In, Operator.Nin, Operator.Hasany, Operator.Hasall];

    private readonly Prng _random = new(seed);

    /// <summary>Any expression that parsing can produce.</summary>
    public Expr Condition(int depth = 3) => (depth == 0 ? 0 : _random.Below(8)) switch
    {
        0 => Path(),
        1 => new Expr.And(Many(() => Condition(depth - 1), 2)),
        2 => new Expr.Or(Many(() => Condition(depth - 1), 2)),
        3 => new Expr.Not(Condition(depth - 1)),
        4 => new Expr.Compare(Operator.Null, Value(depth - 1), Flag()),
        5 => new Expr.Compare(Operator.Between, Value(depth - 1), new Expr.List([Value(depth - 1), Value(depth - 1)])),
        6 => new Expr.Compare(_random.Pick(Listing), Value(depth - 1), Listed(depth - 1)),
        _ => new Expr.Compare(_random.Pick(Binary), Value(depth - 1), Value(depth - 1)),
    };

    public ListQuery Query() => new()
    {
        Filters = [.. Enumerable.Range(0, _random.Below(4)).Select(Filter)],
        Where = Maybe(() => WithoutParameters(Condition(2))),
        Sort = Few(() => new SortTerm(FieldPath(), _random.Chance(0.5), (NullsOrder)_random.Below(3))),
        Fields = Maybe(Selection),
        Embed = Embeds(2),
        Limit = Number(),
        Offset = Number(),
        Count = _random.Chance(0.5) ? (CountMode)_random.Below(3) : null,
        Search = Maybe(() => new Expr.Literal(LiteralKind.Raw, "a & b")),
        Facets = Few(() => new FacetTerm(FieldPath(), Number())),
        Explain = _random.Chance(0.5),
    };

    private Expr Value(int depth) => (depth <= 0 ? _random.Below(3) : _random.Below(9)) switch
    {
        0 or 1 => Path(),
        2 or 3 => Literal(),
        4 => new Expr.Parameter("p" + _random.Below(3)),
        5 => Ambient(),
        6 => new Expr.Arithmetic("+-*/%"[_random.Below(5)], Value(depth - 1), Value(depth - 1)),
        7 => new Expr.Negate(Value(depth - 1)),
        _ => Call(depth),
    };

    private Expr.Call Call(int depth)
    {
        var name = _random.Pick<string>([.. Functions.Aggregates, .. Functions.Scalars]);
        return _random.Chance(0.2)
            ? new Expr.Call("count", [Path()], Distinct: true)
            : new Expr.Call(name, [.. Enumerable.Range(0, _random.Below(3)).Select(_ => Condition(depth - 1))]);
    }

    private Expr.Ambient Ambient() => _random.Below(3) switch
    {
        0 => new Expr.Ambient("now", []),
        1 => new Expr.Ambient("ref", Segments()),
        _ => new Expr.Ambient("new", Segments()),
    };

    private Expr Listed(int depth) => _random.Chance(0.2)
        ? new Expr.Parameter("ids")
        : new Expr.List([.. Enumerable.Range(0, _random.Below(4)).Select(_ => Value(depth))]);

    private Expr.Literal Literal() => _random.Below(5) switch
    {
        0 => new Expr.Literal(LiteralKind.Text, _random.Pick(Texts)),
        1 => new Expr.Literal(LiteralKind.Duration, _random.Pick<string>(["7d", "15m", "250ms", "1w"])),
        2 => Flag(),
        _ => new Expr.Literal(LiteralKind.Number, _random.Pick(Numbers)),
    };

    private Expr.Literal Flag() => _random.Chance(0.5)
        ? new Expr.Literal(LiteralKind.True, "true")
        : new Expr.Literal(LiteralKind.False, "false");

    private Expr.Path Path() => new(Segments());

    private ImmutableArray<string> Segments() =>
        [.. Enumerable.Range(0, _random.Between(1, 3)).Select(_ => _random.Pick(NamePool))];

    private FieldPath FieldPath() => new(Segments());

    // Each filter has a field of its own, since repeated equalities become one.
    private Filter Filter(int number)
    {
        var path = new Expr.Path(Segments().Insert(0, "f" + number));
        Expr condition = _random.Below(5) switch
        {
            0 => new Expr.Compare(Operator.Null, path, Flag()),
            1 => new Expr.Compare(Operator.Between, path, new Expr.List([Raw(), Raw()])),
            2 => new Expr.Compare(_random.Pick(Listing), path, new Expr.Literal(LiteralKind.Raw, "a,\"b,c\"")),
            3 => new Expr.Call("exists", [path]),
            _ => new Expr.Compare(_random.Pick(Binary), path, Raw()),
        };
        return new Filter("", _random.Chance(0.3) ? new Expr.Not(condition) : condition);
    }

    private Expr.Literal Raw() => new(LiteralKind.Raw, _random.Pick(Texts));

    private Selection Selection()
    {
        if (_random.Chance(0.5)) return new Selection(false, Few(FieldPath, least: 1), []);
        return new Selection(true, Few(FieldPath), Few(FieldPath));
    }

    private ImmutableArray<EmbedNode> Embeds(int depth) => depth == 0
        ? []
        : [.. Few(() => _random.Pick(NamePool)).Distinct().Select(name => Embed(name, depth))];

    private EmbedNode Embed(string name, int depth) => new(name, 0)
    {
        Fields = Maybe(Selection),
        Embed = Embeds(depth - 1),
        Sort = Few(() => new SortTerm(FieldPath(), _random.Chance(0.5))),
        Limit = Number(),
        Where = Maybe(() => WithoutParameters(Condition(1))),
    };

    // A `$name` needs a value in the query; the values have tests of their own.
    private Expr WithoutParameters(Expr expr) =>
        ExprWalk.All(expr).Any(node => node is Expr.Parameter) ? Path() : expr;

    private int? Number() => _random.Chance(0.5) ? _random.Below(1000) : null;

    private T? Maybe<T>(Func<T> make)
        where T : class => _random.Chance(0.5) ? make() : null;

    private ImmutableArray<T> Few<T>(Func<T> make, int least = 0) =>
        [.. Enumerable.Range(0, _random.Between(least, 2)).Select(_ => make())];

    private ImmutableArray<Expr> Many(Func<Expr> make, int least) =>
        [.. Enumerable.Range(0, _random.Between(least, 3)).Select(_ => make())];
}
