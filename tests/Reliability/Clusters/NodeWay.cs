using System.Diagnostics;
using System.Globalization;
using System.Net;
using Cano.Cluster.Servers;

namespace Cano.Reliability.Clusters;

/// <summary>How a node reaches the database: straight, unless it can be cut.</summary>
internal class NodeWay(string connection) : IDisposable
{
    public string ConnectionString => connection;

    /// <summary>What its process is begun by.</summary>
    public virtual string[] Through => [];

    /// <summary>Nothing comes through any more, and nobody is told.</summary>
    public virtual Task CutAsync() => throw new NotSupportedException("It cannot be cut.");

    public virtual Task MendAsync() => Task.CompletedTask;

    public void Dispose()
    {
        Dispose(isDisposing: true);
        GC.SuppressFinalize(this);
    }

    protected virtual void Dispose(bool isDisposing) { }

    /// <summary>By a relay, which holds what it is given while it is cut.</summary>
    public sealed class Relayed(Relay relay) : NodeWay(relay.ConnectionString)
    {
        public Relay Relay => relay;

        public override Task CutAsync()
        {
            relay.Cut();
            return Task.CompletedTask;
        }

        public override Task MendAsync()
        {
            relay.Mend();
            return Task.CompletedTask;
        }

        protected override void Dispose(bool isDisposing) => relay.DisposeAsync().AsTask().Wait();
    }

    /// <summary>In a network of its own, whose one link leads to a relay; the link is taken down.</summary>
    public sealed class OwnNetwork : NodeWay
    {
        private static readonly int s_first = Random.Shared.Next(16_384);
        private static int s_networks;

        private readonly string _name;
        private readonly Relay _relay;

        private OwnNetwork(string name, Relay relay)
            : base(relay.ConnectionString) => (_name, _relay) = (name, relay);

        public override string[] Through => ["ip", "netns", "exec", _name];

        /// <summary>Whether this system lets a process have one, and if not, why.</summary>
        public static string? Refusal { get; } = Refused();

        public static OwnNetwork Make(PostgresServer server)
        {
            var number = Interlocked.Increment(ref s_networks);
            var name = string.Create(CultureInfo.InvariantCulture, $"cn{Environment.ProcessId:x}-{number:x}");
            // Two addresses of a network of four; another program's networks are somewhere else.
            var block = (s_first + number) % 16_384 * 4;
            var near = new IPAddress([10, 213, (byte)(block / 256), (byte)((block % 256) + 1)]);
            var far = new IPAddress([10, 213, (byte)(block / 256), (byte)((block % 256) + 2)]);
            Do($"netns add {name}");
            Do($"link add {name}a type veth peer name {name}b netns {name}");
            Do($"addr add {near}/30 dev {name}a");
            Do($"link set {name}a up");
            Do($"-n {name} addr add {far}/30 dev {name}b");
            Do($"-n {name} link set {name}b up");
            Do($"-n {name} link set lo up");
            return new(name, Relay.Open(server, near));
        }

        public override Task CutAsync() => Task.Run(() => Do($"-n {_name} link set {_name}b down"));

        public override Task MendAsync() => Task.Run(() => Do($"-n {_name} link set {_name}b up"));

        protected override void Dispose(bool isDisposing)
        {
            _relay.DisposeAsync().AsTask().Wait();
            Do($"netns del {_name}");
        }

        private static string? Refused()
        {
            try
            {
                var name = string.Create(CultureInfo.InvariantCulture, $"cntry{Environment.ProcessId}");
                Do($"netns add {name}");
                try
                {
                    Do($"link add {name}a type veth peer name {name}b netns {name}");
                    Do($"link del {name}a");
                }
                finally
                {
                    Do($"netns del {name}");
                }

                return null;
            }
            catch (Exception refused) when (refused is Broken or System.ComponentModel.Win32Exception)
            {
                return refused.Message.Trim();
            }
        }

        private static void Do(string arguments)
        {
            var start = new ProcessStartInfo("ip", arguments) { RedirectStandardError = true };
            using var ip = Process.Start(start)!;
            var said = ip.StandardError.ReadToEnd();
            ip.WaitForExit();
            Broken.Unless(ip.ExitCode == 0, $"ip {arguments}: {said}");
        }
    }

    /// <summary>The n-th node's way that can be cut: every second one has a network of its own, where the
    /// system allows it; the others have a relay.</summary>
    public static NodeWay Apart(ClusterField field, int number) =>
        number % 2 == 0 && OwnNetwork.Refusal is null
            ? OwnNetwork.Make(field.Server)
            : new Relayed(Relay.Open(field.Server));
}
