#include <cstdio>
#include "render/egl/egl_renderer.h"
#include "render/reference/reference_renderer.h"
#include "render/test_jobs.h"
using namespace vitrine; using namespace vitrine::render;
int main(){ auto e=EglRenderer::Create({}); ReferenceRenderer r;
 for (auto t : {image::SampleType::kUint8, image::SampleType::kUint16, image::SampleType::kInt16}) for (auto b : {8,12}) { if (b==12 && t==image::SampleType::kUint8) continue;
 image::ToneCurve c; c.voi=image::Range{0, b==8?255.:4095.}; auto j=MakeJob(MakeFrame(Pattern::kRandom,12,3,1,t,b),c,8);
 auto A=(*e)->Render(j,{}); auto B=r.Render(j,{}); if(!A.ok()) {puts(A.status().ToString().c_str()); continue;}
 for (int i=0;i<36;i++) printf("%d/%d ",A->samples[i],B->samples[i]); puts("\n"); } }
