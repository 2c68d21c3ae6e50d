using System.Collections.Concurrent;
using BenchmarkDotNet.Attributes;
using Microsoft.Extensions.DependencyInjection;
using WorkflowCore.Interface;
using WorkflowCore.Models;
using WorkflowCore.Models.LifeCycleEvents;

namespace Cano.Benchmarks.Peers.Systems;

/// <summary>A workflow of ten steps on a host with its stores in memory, which keep a run's state after each
/// step, as a journal in memory does.</summary>
[Peer("WorkflowCore", typeof(IWorkflowHost))]
public class WorkflowCoreBenchmarks
{
    private const int Steps = 10;

    private readonly ServiceProvider _services = new ServiceCollection()
        .AddLogging()
        .AddWorkflow()
        .BuildServiceProvider();
    private readonly ConcurrentDictionary<string, TaskCompletionSource> _ends = [];
    private readonly IWorkflowHost _host;

    public WorkflowCoreBenchmarks()
    {
        _host = _services.GetRequiredService<IWorkflowHost>();
        _host.RegisterWorkflow<TenSteps>();
        _host.OnLifeCycleEvent += told =>
        {
            if (told is WorkflowCompleted)
                EndOf(told.WorkflowInstanceId).TrySetResult();
        };
    }

    [GlobalSetup]
    public void Open() => _host.Start();

    [GlobalCleanup]
    public void Close()
    {
        _host.Stop();
        _services.Dispose();
    }

    // One run at a time, from its start to the host's word that it completed. Its stores keep what ended.
    [Unit("transition")]
    [Benchmark(Description = "journal_mem10", OperationsPerInvoke = Steps)]
    public async Task JournalMem10()
    {
        var run = await _host.StartWorkflow(nameof(TenSteps));
        await EndOf(run).Task;
        _ends.TryRemove(run, out _);
    }

    private TaskCompletionSource EndOf(string run) =>
        _ends.GetOrAdd(
            run,
            static _ => new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)
        );

    private sealed class TenSteps : IWorkflow
    {
        public string Id => nameof(TenSteps);

        public int Version => 1;

        public void Build(IWorkflowBuilder<object> builder)
        {
            var step = builder.StartWith<Step>();
            for (var i = 1; i < Steps; i++)
                step = step.Then<Step>();
        }
    }

    private sealed class Step : StepBodyAsync
    {
        public override Task<ExecutionResult> RunAsync(IStepExecutionContext context) =>
            Task.FromResult(ExecutionResult.Next());
    }
}
