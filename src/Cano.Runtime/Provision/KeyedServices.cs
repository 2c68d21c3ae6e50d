using Microsoft.Extensions.DependencyInjection;

namespace Cano.Runtime.Provision;

/// <summary>Finds resources among a host's services.</summary>
internal static class KeyedServices
{
    /// <summary>The service under the key, else the one of the type alone; null when there is
    /// neither.</summary>
    public static object? Find(IServiceProvider services, string key, Type type) =>
        Under(services, key, type) ?? services.GetService(type);

    /// <summary>The service under the enum's value or, as resources call it, under its name; else the one of
    /// the type alone.</summary>
    public static object? Find(IServiceProvider services, Enum key, string name, Type type) =>
        Under(services, key, type) ?? Find(services, name, type);

    /// <summary>The service under a key; null when there is none.</summary>
    public static object? Under(IServiceProvider services, object key, Type type) =>
        (services as IKeyedServiceProvider)?.GetKeyedService(type, key);
}
