using Orleans.Configuration;
using Orleans.Hosting;

namespace Cano.Orleans.Silos;

/// <summary>How silos watch each other: a silo that is gone is noticed within seconds, and takes nothing of
/// others with it.</summary>
internal static class SiloSettings
{
    private static readonly TimeSpan s_answer = TimeSpan.FromSeconds(5);

    public static void Apply(ISiloBuilder silo)
    {
        silo.Configure<ClusterMembershipOptions>(membership =>
        {
            membership.ProbeTimeout = TimeSpan.FromSeconds(1);
            membership.MaxProbeTimeout = TimeSpan.FromSeconds(1);
            membership.NumMissedProbesLimit = 3;
            membership.TableRefreshTimeout = TimeSpan.FromSeconds(5);
        });
        silo.Configure<SiloMessagingOptions>(messaging => messaging.ResponseTimeout = s_answer);
        silo.Configure<ClientMessagingOptions>(messaging => messaging.ResponseTimeout = s_answer);
        // The default one takes grains of healthy silos down with a silo that held their entries. This one is
        // said to be open to change, and no code of ours names a part of it.
#pragma warning disable ORLEANSEXP003
        silo.AddDistributedGrainDirectory();
#pragma warning restore ORLEANSEXP003
        // What it would wait for is that no grain is there twice; that no run is, fences see to.
        silo.Configure<GrainDirectoryOptions>(directory => directory.RangeLeaseDuration = TimeSpan.Zero);
    }
}
