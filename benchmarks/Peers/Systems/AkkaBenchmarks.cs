using Akka.Actor;
using BenchmarkDotNet.Attributes;

namespace Cano.Benchmarks.Peers.Systems;

/// <summary>A state is a message that an actor tells itself; who began the run is answered at its
/// end.</summary>
[Peer("Akka.NET", typeof(ActorSystem))]
public class AkkaBenchmarks
{
    private const int States = 10;
    private const int Runs = 10_000;

    private readonly ActorSystem _system = Quiet();
    private readonly IActorRef _walker;
    private readonly IActorRef _crowd;

    public AkkaBenchmarks()
    {
        _walker = _system.ActorOf(Props.Create<Walker>());
        _crowd = _system.ActorOf(Props.Create<Crowd>());
    }

    [GlobalCleanup]
    public Task Close() => _system.Terminate();

    [Unit("transition")]
    [Benchmark(Description = "linear10", OperationsPerInvoke = States)]
    public Task Linear10() => _walker.Ask<Step>(Step.All[0]);

    /// <summary>An actor for each run; they are there before the first, as Cano's runs are told
    /// before.</summary>
    [Unit("run")]
    [Benchmark(Description = "concurrent10k", OperationsPerInvoke = Runs)]
    public Task Concurrent() => _crowd.Ask<Step>(Start.One);

    internal static ActorSystem Quiet() =>
        ActorSystem.Create("peers", "akka { loglevel = OFF, stdout-loglevel = OFF, log-dead-letters = off }");

    private sealed record Start
    {
        public static readonly Start One = new();
    }

    private sealed record Step(int State)
    {
        public static readonly Step[] All = [.. Enumerable.Range(0, States + 1).Select(it => new Step(it))];
    }

    private sealed class Walker : ReceiveActor
    {
        public Walker() =>
            Receive<Step>(step =>
            {
                if (step.State == States)
                    Sender.Tell(step);
                else
                    Self.Forward(Step.All[step.State + 1]);
            });
    }

    /// <summary>Has all its walkers go, and answers when the last has come to its end.</summary>
    private sealed class Crowd : ReceiveActor
    {
        private readonly List<IActorRef> _walkers = [];
        private IActorRef _asker = ActorRefs.Nobody;
        private int _walking;

        public Crowd()
        {
            Receive<Start>(_ => Begin());
            Receive<Step>(End);
        }

        protected override void PreStart()
        {
            for (var i = 0; i < Runs; i++)
                _walkers.Add(Context.ActorOf(Props.Create<Walker>()));
        }

        private void Begin()
        {
            _asker = Sender;
            _walking = Runs;
            foreach (var walker in _walkers)
                walker.Tell(Step.All[0]);
        }

        private void End(Step last)
        {
            if (--_walking == 0)
                _asker.Tell(last);
        }
    }
}
