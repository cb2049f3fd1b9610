using Tercel.Api.Model;

namespace Tercel.Api.Planning;

/// <summary>Binds the expressions of a model, so that a wrong one is told when the file is loaded and not by a
/// request.</summary>
internal static class ModelBinding
{
    /// <summary>The mistakes of all computed fields and rules; a <see cref="ModelChecks"/>.</summary>
    public static IEnumerable<ModelFinding> Check(ApiModel model)
    {
        foreach (var entity in model.Entities)
        {
            foreach (var field in entity.Fields)
            {
                if (field.Computed is not { } computed) continue;
                var findings = Bind(entity, field, (binder, site) => binder.Value(computed, site, null, field.Type));
                foreach (var finding in findings) yield return finding;
            }

            foreach (var rule in entity.Rules)
            {
                foreach (var finding in Bind(entity, rule, (binder, site) => binder.Predicate(rule.Check, site, null)))
                    yield return finding;
            }
        }
    }

    private static IEnumerable<ModelFinding> Bind(Entity entity, object subject, Func<Binder, BindSite, Bound> bind)
    {
        // The time only fills parameters, which nobody runs here.
        var binder = new Binder(ApiLimits.Default, DateTimeOffset.UnixEpoch);
        var scope = new Scope(entity);
        bind(binder, new BindSite(scope, scope.Root));
        return binder.Errors.Select(error => new ModelFinding(subject, error));
    }
}
