using System.Globalization;
using Cano.Runtime.Data;
using Cano.Runtime.Provision;
using Microsoft.Extensions.Logging;

namespace Cano.Hosting.Lifetime;

/// <summary>The services that a host has under <see cref="IResource"/>: set up before the engine is opened,
/// torn down when it is closed.</summary>
internal sealed class HostResources
{
    private readonly ResourceUse _use;
    private int _isSetUp;

    public HostResources(IEnumerable<IResource> services, ILogger<CanoEngine> logger)
    {
        All = services.Aggregate(new Resources(), (all, one) => all.Insert(NameOf(all, one), one));
        _use = new ResourceUse(All, logger);
    }

    /// <summary>By the names of their types.</summary>
    public Resources All { get; }

    public async Task SetupAsync(CancellationToken cancel)
    {
        await _use.SetupAsync(cancel).ConfigureAwait(false);
        _isSetUp = 1;
    }

    public Task TeardownAsync() =>
        Interlocked.Exchange(ref _isSetUp, 0) == 1 ? _use.TeardownAsync() : Task.CompletedTask;

    private static string NameOf(Resources others, IResource resource)
    {
        var name = TypeNames.Of(resource.GetType());
        return Enumerable
            .Range(1, int.MaxValue)
            .Select(n => n == 1 ? name : name + n.ToString(CultureInfo.InvariantCulture))
            .First(free => !others.TryGet<IResource>(free, out _));
    }
}
