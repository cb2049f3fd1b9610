using Microsoft.Extensions.Caching.Distributed;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Tercel.Client.Distributed;

/// <summary>The one line for an application with dependency injection.</summary>
public static class ServiceCollectionExtensions
{
    /// <summary>Adds a shared <see cref="TercelClient"/>, and <see cref="IDistributedCache"/> and
    /// <see cref="IBufferDistributedCache"/> on it (replacing those added before).</summary>
    /// <param name="services">The application's services.</param>
    /// <param name="configure">Where the server is and how the client behaves.</param>
    /// <param name="keyPrefix">Put in front of every key of the distributed cache.</param>
    public static IServiceCollection AddTercelCache(
        this IServiceCollection services, Action<TercelClientOptions>? configure = null, string keyPrefix = "")
    {
        services.TryAddSingleton(_ =>
        {
            var options = new TercelClientOptions();
            configure?.Invoke(options);
            return TercelClient.Create(options);
        });
        services.TryAddSingleton(provider =>
            new TercelDistributedCache(provider.GetRequiredService<TercelClient>(), keyPrefix));
        services.Replace(ServiceDescriptor.Singleton<IDistributedCache>(
            provider => provider.GetRequiredService<TercelDistributedCache>()));
        services.Replace(ServiceDescriptor.Singleton<IBufferDistributedCache>(
            provider => provider.GetRequiredService<TercelDistributedCache>()));
        return services;
    }
}
