/** What is downloaded, by exact version. The sums are those of the files that were tried. */

/** Of @tensorflow/tfjs-node; the package for GPUs differs in its name, by which it tells that convolutions may be dilated. */
export const bindingVersion = "4.22.0";

/** Newer ones (2.21) round int32 wrongly. */
export const libtensorflowVersion = "2.15.1";

/** npm packages: the binding's sources, and the two that its JavaScript imports beside TensorFlow.js. */
export const npmPackages = (cuda: boolean): readonly [binding: string, ...others: string[]] => [
  `@tensorflow/tfjs-node${cuda ? "-gpu" : ""}@${bindingVersion}`,
  "google-protobuf@3.21.4",
  "progress@2.0.3",
];

export interface Wheel {
  readonly project: string;
  readonly version: string;
  readonly sha256: string;
  /** Where a file of the archive goes: below `deps`, or below `include` while the binding is compiled; undefined leaves it out. */
  readonly place: (path: string) => string | undefined;
}

const headers = /^tensorflow\/(include\/(?:tensorflow\/c|tensorflow\/core\/platform|tsl\/c|tsl\/platform)\/.*\.h)$/;

/** libtensorflow looks for CUDA's libraries in `../nvidia/<name>/lib`, from where it lies itself. */
function placeOfTensorflow(path: string): string | undefined {
  if (/^tensorflow\/libtensorflow_(cc|framework)\.so\.2$/.test(path)) return path.replace("tensorflow/", "deps/lib/");
  if (/^[^/]+\.dist-info\/LICENSE$/.test(path)) return "deps/LICENSE";
  return headers.exec(path)?.[1];
}

const tensorflow = (project: string, sha256: string): Wheel => ({
  project,
  version: libtensorflowVersion,
  sha256,
  place: placeOfTensorflow,
});

const nvidia = (name: string, version: string, sha256: string): Wheel => ({
  project: `nvidia-${name}-cu12`,
  version,
  sha256,
  place: (path) => {
    if (/^nvidia\/\w+\/lib\/[\w.-]+\.so[\d.]*$/.test(path)) return `deps/${path}`;
    return /^[^/]+\.dist-info\/License\.txt$/.test(path) ? `deps/nvidia/LICENSE-${name}.txt` : undefined;
  },
});

/** The versions of CUDA's libraries are those that tensorflow[and-cuda] 2.15.1 names; compiler, profiler and NCCL are left out. */
export const wheelsFor = (cuda: boolean): readonly Wheel[] =>
  cuda
    ? [
        tensorflow("tensorflow", "bb0edd69103c154245c5f209f0507355cc68ba7e4de350084bc31edc562478e4"),
        nvidia("cublas", "12.2.5.6", "f448d8db463f9a2c7dd9a1e607c0961d3e95f825b86839c5882f7d073d406df0"),
        nvidia("cuda-nvrtc", "12.2.140", "b1cdcae6443cb7cdcfb5d1bf51896a148c9f82f9e65b27db9ab095eaed689aa7"),
        nvidia("cuda-runtime", "12.2.140", "acb9cb7e44594a3512533497ea790d9f0b0e399abcc888584c157d1ffa080e41"),
        nvidia("cudnn", "8.9.4.25", "9f882d5b11753c566fd32427839089eb4f8ba7a58c28446ad359e32c40229723"),
        nvidia("cufft", "11.0.8.103", "72e961e578f9be9e316ccb4db8652c421dd0b57442624faa71061d452f449a67"),
        nvidia("cusolver", "11.5.2.141", "5a85c4653ce34339a5688137f494a0f903e0f0532418550998167f00844161da"),
        nvidia("cusparse", "12.1.2.141", "4e13d6a51d2303dcb2a023ba09546811161f0334fc64e13689397bbd3b1eb126"),
        nvidia("nvjitlink", "12.2.140", "95635cafbf9f96c38bea5200ab145a2e6aefbb5405e0b04c1e4ba54df2d84ec9"),
      ]
    : [tensorflow("tensorflow-cpu", "54660c074d7241a503e81edfd9f5ef5af88f64051b72e2945f26318c790f2d26")];
