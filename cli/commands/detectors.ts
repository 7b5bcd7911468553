import { Command } from 'commander';
import { typed } from '../globals.ts';

/** `firebreak detectors`: what Security Command Center can report, and which playbook answers it. Needs nothing that runs. */
export function detectorsCommand(): Command {
  return new Command('detectors')
    .description('list what Security Command Center can report of Cloud Run, and the playbook that answers it')
    .option('--json', 'as JSON: an array of Detector (model/detectors/detector.ts), each with its playbook')
    .addHelpText(
      'after',
      `
Examples:
  npx firebreak detectors                        all 38: resources, playbook, ATT&CK techniques, severity
  npx firebreak detectors show 'reverse shell'   one of them, with what is documented and what is not

A finding of a category that is not listed, on a Cloud Run resource, is answered by the playbook generic.`,
    )
    .action(async ({ json }: { json?: true }, command: Command) => {
      const { showDetectors } = await import('../detectors/show-detectors.ts');
      showDetectors({ json: json === true, typed: typed(command) });
    })
    .addCommand(showCommand());
}

function showCommand(): Command {
  return new Command('show')
    .description('show one detector: names, resources, playbook, techniques with their pages')
    .argument('<name>', 'its name as in a finding’s category, or its module; case, dashes and "(Preview)" do not count')
    .option('--json', 'as JSON: a Detector (model/detectors/detector.ts) with its playbook')
    .addHelpText('after', "\nExample:\n  npx firebreak detectors show 'Malicious URL Observed'")
    .action(async (name: string, _: unknown, command: Command) => {
      const { showDetector } = await import('../detectors/show-detector.ts');
      // `detectors` has the option too, and takes one that stands in front of `show`.
      const { json } = command.optsWithGlobals<{ json?: true }>();
      showDetector(name, { json: json === true, typed: typed(command) });
    });
}
