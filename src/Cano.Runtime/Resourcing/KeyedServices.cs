using Microsoft.Extensions.DependencyInjection;

namespace Cano;

/// <summary>Finds resources among a host's services.</summary>
internal static class KeyedServices
{
    /// <summary>The service under the key, else the one of the type alone; null when there is neither.</summary>
    public static object? Find(IServiceProvider services, string key, Type type) =>
        (services as IKeyedServiceProvider)?.GetKeyedService(type, key) ?? services.GetService(type);
}
